// Step n of m: bars and the words for it.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Column {
    id: bar
    property var step: null
    property bool centred: false
    property alias smaller: words.smaller

    visible: step !== null && step !== undefined
    spacing: Theme.space(1)

    Row {
        spacing: Theme.px(8)
        anchors.horizontalCenter: bar.centred ? bar.horizontalCenter : undefined
        Repeater {
            model: bar.step ? bar.step.of : 0
            Rectangle {
                required property int index
                readonly property bool done: index < bar.step.number

                width: Theme.px(56)
                height: Theme.px(10)
                radius: height / 2
                color: done ? Theme.primary : "transparent"
                border.width: Theme.line
                border.color: done ? Theme.primary : Theme.outline
            }
        }
    }
    Words {
        id: words
        width: bar.width > 0 ? bar.width : undefined
        role: "caption"
        font.weight: Font.DemiBold
        leading: Theme.leadingTight
        horizontalAlignment: bar.centred ? Text.AlignHCenter : Text.AlignLeft
        text: bar.step ? bar.step.text : ""
    }
}
