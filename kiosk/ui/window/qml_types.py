"""What QML may know of Python's types: registers them, and writes the description that qmllint and editors read.

`python -m kiosk.ui.window.qml_types OUT` makes OUT/booth; qmllint then takes `-I OUT`.
Never: a type that QML can create.
"""

import sys
from functools import cache
from pathlib import Path

from PySide6.QtCore import QMetaMethod, QMetaObject, QMetaProperty, QObject
from PySide6.QtQml import qmlRegisterUncreatableType

from kiosk.ui.speech.voice import Voice
from kiosk.ui.stage.stage import WindowStage

MODULE, VERSION = "booth", (1, 0)
_TYPES: tuple[type[QObject], ...] = (WindowStage, Voice)
_NAMES = {"QString": "QString", "QVariantMap": "QVariantMap", "PyObject": "QVariant", "QVariantList": "QVariantList"}


@cache
def register() -> None:
    """Lets QML say `import booth` and `required property WindowStage stage`. Once in a process."""
    reason = "the booth's window has one already"
    for kind in _TYPES:
        qmlRegisterUncreatableType(kind, MODULE, *VERSION, kind.__name__, reason)  # type: ignore[arg-type]


def described(meta: QMetaObject, name: str) -> str:
    """The qmltypes text of a QObject's own properties, signals and slots; private ones stay private."""
    plain: QMetaObject = QObject.staticMetaObject  # type: ignore[attr-defined]  # what every object has
    exported = f"{MODULE}/{name} {VERSION[0]}.{VERSION[1]}"
    lines = [
        "    Component {",
        f'        name: "{name}"',
        '        accessSemantics: "reference"',
        '        prototype: "QObject"',
        f'        exports: ["{exported}"]',
        "        isCreatable: false",
        f"        exportMetaObjectRevisions: [{VERSION[0] * 256 + VERSION[1]}]",
    ]
    lines += [_property(meta.property(place)) for place in range(plain.propertyCount(), meta.propertyCount())]
    methods = [meta.method(place) for place in range(plain.methodCount(), meta.methodCount())]
    lines += [_method(method) for method in methods if not _name(method).startswith("_")]
    return "\n".join([*lines, "    }"])


def write(folder: Path) -> Path:
    """Writes the module's folder into `folder`; the import path for qmllint."""
    module = folder / MODULE
    module.mkdir(parents=True, exist_ok=True)
    (module / "qmldir").write_text(f"module {MODULE}\ntypeinfo {MODULE}.qmltypes\n", encoding="utf-8")
    types = [described(kind.staticMetaObject, kind.__name__) for kind in _TYPES]  # type: ignore[attr-defined]
    text = "\n".join(["import QtQuick.tooling 1.2", "Module {", *types, "}", ""])
    (module / f"{MODULE}.qmltypes").write_text(text, encoding="utf-8")
    return folder


def _property(each: QMetaProperty) -> str:
    kind = str(each.typeName())
    notify = f'notify: "{_name(each.notifySignal())}"; ' if each.hasNotifySignal() else ""
    constant = "isPropertyConstant: true; " if each.isConstant() else ""
    name: object = each.name()
    what = f'name: "{name}"; type: "{_NAMES.get(kind, kind)}"'
    return f"        Property {{ {what}; {notify}{constant}isReadonly: true }}"


def _method(each: QMetaMethod) -> str:
    what = "Signal" if each.methodType() == QMetaMethod.MethodType.Signal else "Method"
    kinds = [bytes(kind.data()).decode() for kind in each.parameterTypes()]
    names = [bytes(name.data()).decode() or f"value{place}" for place, name in enumerate(each.parameterNames())]
    parameters = "".join(
        f' Parameter {{ name: "{name}"; type: "{_NAMES.get(kind, kind)}" }}'
        for name, kind in zip(names, kinds, strict=True)
    )
    return f'        {what} {{ name: "{_name(each)}";{parameters} }}'


def _name(each: QMetaMethod) -> str:
    return bytes(each.name().data()).decode()


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python -m kiosk.ui.window.qml_types OUT", file=sys.stderr)
        return 2
    print(write(Path(arguments[0])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
