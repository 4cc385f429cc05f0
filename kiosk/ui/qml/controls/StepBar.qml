// Step n of m: bars and the words for it, below them or in the same line.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Flow {
    id: bar
    property var step: null
    property bool inLine: false
    // The width that it may take; 0: as much as it wants.
    property real most: 0
    property alias smaller: words.smaller

    visible: step !== null && step !== undefined
    spacing: Theme.space(1)
    width: inLine ? most > 0 ? Math.min(most, bars.implicitWidth + spacing + words.implicitWidth + 1)
                             : bars.implicitWidth + spacing + words.implicitWidth + 1
           : most > 0 ? most : words.implicitWidth

    Row {
        id: bars
        spacing: Theme.px(8)
        topPadding: bar.inLine ? Math.max(0, Math.round((words.implicitHeight - Theme.px(10)) / 2)) : 0
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
        width: bar.inLine ? Math.min(implicitWidth, bar.most > 0 ? bar.most : implicitWidth) : bar.width
        role: "caption"
        font.weight: Font.DemiBold
        leading: Theme.leadingTight
        text: bar.step ? bar.step.text : ""
    }
}
