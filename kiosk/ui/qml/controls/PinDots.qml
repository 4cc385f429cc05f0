// How many digits were typed, never which. As many places as it must have; one more stands there once it is typed.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Row {
    id: dots
    property int count: 0
    property int shortest: 6
    property int longest: 8
    readonly property int gap: Theme.px(Theme.portrait ? 24 : 14)
    readonly property int places: Math.max(shortest, Math.min(longest, count))
    // How high they are; as wide as there is room.
    property int tall: Theme.px(106)
    readonly property int box: Math.min(Theme.px(144), Math.floor((width - (places - 1) * gap) / places))

    spacing: gap
    Accessible.role: Accessible.StaticText
    Accessible.name: qsTr("%1 digits typed").arg(count)

    Repeater {
        model: dots.places
        Rectangle {
            required property int index
            readonly property bool here: index === dots.count

            width: dots.box
            height: dots.tall
            radius: Theme.radius(1)
            color: Theme.surface
            border.width: here ? Theme.lineStrong : Theme.line
            border.color: here ? Theme.primary : Theme.outline

            Rectangle {
                anchors.centerIn: parent
                visible: parent.index < dots.count
                width: Math.round(dots.tall * 0.28)
                height: width
                radius: width / 2
                color: Theme.text
            }
            Rectangle {
                visible: parent.here
                anchors.horizontalCenter: parent.horizontalCenter
                anchors.bottom: parent.bottom
                anchors.bottomMargin: Math.round(dots.tall * 0.2)
                width: Math.round(parent.width * 0.42)
                height: Theme.px(4)
                color: Theme.primary
            }
        }
    }
}
