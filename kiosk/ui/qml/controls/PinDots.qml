// How many digits were typed, never which.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Row {
    id: dots
    property int count: 0
    property int shortest: 6
    property int longest: 8
    readonly property int gap: Theme.px(14)
    readonly property int box: Math.min(Theme.px(92), Math.floor((width - (longest - 1) * gap) / longest))

    spacing: gap
    Accessible.role: Accessible.StaticText
    Accessible.name: qsTr("%1 digits typed").arg(count)

    Repeater {
        model: dots.longest
        Rectangle {
            required property int index
            readonly property bool here: index === dots.count
            readonly property bool needed: index < dots.shortest || index < dots.count

            width: dots.box
            height: Math.round(dots.box * 1.15)
            radius: Theme.radius(1)
            color: needed || here ? Theme.surface : "transparent"
            border.width: here ? Theme.lineStrong : Theme.line
            border.color: here ? Theme.primary : needed ? Theme.outline : Theme.divider

            Rectangle {
                anchors.centerIn: parent
                visible: parent.index < dots.count
                width: Theme.px(28)
                height: width
                radius: width / 2
                color: Theme.text
            }
            Rectangle {
                visible: parent.here
                anchors.horizontalCenter: parent.horizontalCenter
                anchors.bottom: parent.bottom
                anchors.bottomMargin: Theme.px(20)
                width: Math.round(parent.width * 0.42)
                height: Theme.px(4)
                color: Theme.primary
            }
        }
    }
}
