// Everything that can be pressed: by finger, key or assistive technology, with one focus ring and one name.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Item {
    id: pressable

    property string name
    property string note
    property int corner: Theme.radius(1)
    property bool checkable: false
    property bool checked: false
    property bool exclusive: true
    readonly property bool pressable: true
    // A key that is typed on: it counts also when the next finger comes down before this one is up.
    property bool rolls: false
    // Shown as if a finger were on it; for the gallery of the kit.
    property bool held: false
    readonly property bool down: held || area.pressed && area.containsMouse

    signal pressed

    function press() {
        if (enabled)
            pressed();
    }

    activeFocusOnTab: true
    Accessible.role: !checkable ? Accessible.Button : exclusive ? Accessible.RadioButton : Accessible.CheckBox
    Accessible.name: name
    Accessible.description: note
    Accessible.focusable: true
    Accessible.focused: activeFocus
    Accessible.checkable: checkable
    Accessible.checked: checked
    Accessible.onPressAction: press()
    Accessible.onToggleAction: press()

    MouseArea {
        id: area
        anchors.fill: parent
        onClicked: pressable.press()
    }
    Loader {
        anchors.fill: parent
        z: 2
        active: pressable.activeFocus && Theme.keysInUse
        sourceComponent: FocusRing {
            around: pressable.corner
        }
    }
}
