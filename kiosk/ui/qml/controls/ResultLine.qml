// One line of a table of results: the answer at the left, two figures at the right.
import QtQuick
import "../theme"

Item {
    id: line
    property var cells: ["", "", ""]
    property bool head: false
    property bool strong: false
    readonly property int figure: Math.round(Theme.caption * 5.2)

    implicitHeight: Math.max(answer.implicitHeight, votes.implicitHeight) + Theme.px(20)
    height: implicitHeight
    Accessible.role: Accessible.Row
    Accessible.name: cells.join(". ")

    Words {
        id: answer
        anchors.verticalCenter: parent.verticalCenter
        width: parent.width - 2 * line.figure - 2 * Theme.px(12)
        role: "caption"
        leading: Theme.leadingTight
        color: line.head ? Theme.muted : Theme.text
        font.weight: line.head || line.strong ? Font.Bold : Font.Normal
        text: line.cells[0]
        Accessible.ignored: true
    }
    Words {
        id: votes
        anchors.verticalCenter: parent.verticalCenter
        x: parent.width - 2 * line.figure
        width: line.figure - Theme.px(12)
        role: "caption"
        leading: Theme.leadingTight
        color: answer.color
        font.weight: answer.font.weight
        font.features: ({ "tnum": 1 })
        horizontalAlignment: Text.AlignRight
        text: line.cells[1]
        Accessible.ignored: true
    }
    Words {
        anchors.verticalCenter: parent.verticalCenter
        x: parent.width - line.figure
        width: line.figure
        role: "caption"
        leading: Theme.leadingTight
        color: answer.color
        font.weight: answer.font.weight
        font.features: ({ "tnum": 1 })
        horizontalAlignment: Text.AlignRight
        text: line.cells[2]
        Accessible.ignored: true
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: line.head ? Theme.line : 1
        color: line.head ? Theme.outline : Theme.divider
    }
}
