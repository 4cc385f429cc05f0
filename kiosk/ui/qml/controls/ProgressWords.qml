// What the booth does and how far it is; the bar of the present step breathes, and stands still when motion is off.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Column {
    id: progress
    property var step: null
    spacing: Theme.space(2)

    Row {
        id: bars
        width: parent.width
        spacing: Theme.space(0)
        Repeater {
            model: progress.step ? progress.step.of : 0
            Rectangle {
                id: bar
                required property int index
                readonly property bool done: index < progress.step.number - 1
                readonly property bool now: index === progress.step.number - 1

                width: Math.floor((bars.width - (progress.step.of - 1) * bars.spacing) / progress.step.of)
                height: Theme.px(20)
                radius: height / 2
                color: Theme.surface
                border.width: Theme.line
                border.color: Theme.primary

                Rectangle {
                    visible: bar.done || bar.now
                    height: parent.height
                    radius: height / 2
                    width: Math.round(parent.width * (bar.done ? 1 : bar.portion))
                    color: Theme.primary
                }
                property real portion: 0.6
                SequentialAnimation on portion {
                    running: bar.now && Theme.motion
                    loops: Animation.Infinite
                    NumberAnimation {
                        from: 0.2
                        to: 0.85
                        duration: Theme.slow
                        easing.type: Easing.InOutCubic
                    }
                    NumberAnimation {
                        from: 0.85
                        to: 0.2
                        duration: Theme.slow
                        easing.type: Easing.InOutCubic
                    }
                }
            }
        }
    }
    Words {
        width: parent.width
        role: "label"
        color: Theme.muted
        horizontalAlignment: Text.AlignHCenter
        text: progress.step ? progress.step.text : ""
    }
}
