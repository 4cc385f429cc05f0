// Two rings, one of which is seen on any ground: bright outside, ink inside.
import QtQuick
import "../theme"

Rectangle {
    id: ring
    property int around: Theme.radius(1)

    anchors.fill: parent
    anchors.margins: -Theme.px(8)
    radius: around + Theme.px(8)
    color: "transparent"
    border.width: Theme.px(5)
    border.color: Theme.focusOuter
    z: 1

    Rectangle {
        anchors.fill: parent
        anchors.margins: Theme.px(5)
        radius: ring.around + Theme.px(3)
        color: "transparent"
        border.width: Theme.px(4)
        border.color: Theme.focusInner
    }
}
