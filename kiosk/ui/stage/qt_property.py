"""Qt's Property with the type of what it gives, which PySide6's own stubs do not know. No behaviour of its own."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    T = TypeVar("T")

    class Getter(Generic[T]):
        """What reads as a plain attribute."""

        def __get__(self, instance: object, owner: type | None = None) -> T: ...

    def Property(
        kind: type | str, *, notify: Any = None, constant: bool = False
    ) -> Callable[[Callable[[Any], T]], Getter[T]]: ...

else:
    from PySide6.QtCore import Property

__all__ = ["Property"]
