// A big round sign: done, or beware.
import QtQuick
import "../theme"

Rectangle {
    property string icon: "check"
    property color ground: Theme.success
    property color ink: Theme.successText
    property int side: Theme.low ? Theme.px(92) : Theme.chip

    width: side
    height: side
    radius: side / 2
    color: ground

    Icon {
        anchors.centerIn: parent
        name: parent.icon
        colour: parent.ink
        side: Math.round(parent.side * 0.58)
    }
}
