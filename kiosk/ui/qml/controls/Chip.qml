// A rounded square of a category's colour with its icon.
import QtQuick
import "../theme"

Rectangle {
    property string icon
    property int side: Theme.chip
    property color ground: Theme.primary
    property color ink: Theme.chipText

    width: side
    height: side
    radius: Theme.radius(2)
    color: ground

    Icon {
        anchors.centerIn: parent
        name: parent.icon
        colour: parent.ink
        side: Math.round(parent.side * 0.56)
    }
}
