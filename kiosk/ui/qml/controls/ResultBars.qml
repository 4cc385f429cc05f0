// A result: the table first, then the same as bars. Every figure stands in words; no bar is told apart by colour alone.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Item {
    id: results
    // Each { text, votes: "1.204", share: "48,2 %", part: 0 to 1, first: true for the leading answer }.
    property var rows: []
    property string votesTitle: qsTr("Votes")
    property string shareTitle: qsTr("Share")
    // A remark below, such as the turnout.
    property string note
    readonly property bool beside: Theme.wide
    readonly property int half: beside ? Math.floor((width - Theme.gutter) / 2) : width

    implicitHeight: beside ? Math.max(table.implicitHeight, bars.implicitHeight) : bars.y + bars.implicitHeight

    Column {
        id: table
        width: results.half
        Accessible.role: Accessible.Table
        Accessible.name: qsTr("The result as a table")

        ResultLine {
            width: parent.width
            head: true
            cells: [qsTr("Answer"), results.votesTitle, results.shareTitle]
        }
        Repeater {
            model: results.rows
            ResultLine {
                required property var modelData
                width: parent ? parent.width : 0
                strong: modelData.first === true
                cells: [modelData.text, modelData.votes, modelData.share]
            }
        }
        Words {
            width: parent.width
            topPadding: Theme.space(1)
            visible: text !== ""
            role: "caption"
            text: results.note
        }
    }
    Column {
        id: bars
        x: results.beside ? results.half + Theme.gutter : 0
        y: results.beside ? 0 : table.height + Theme.space(3)
        width: results.half
        spacing: Theme.px(20)
        Accessible.role: Accessible.Graphic
        Accessible.name: qsTr("The same result as bars")

        Repeater {
            model: results.rows
            Column {
                id: bar
                required property var modelData
                width: parent ? parent.width : 0
                spacing: Theme.px(6)
                Words {
                    width: parent.width
                    role: "caption"
                    leading: Theme.leadingTight
                    color: Theme.text
                    text: bar.modelData.text + " · " + bar.modelData.share
                    Accessible.ignored: true
                }
                Rectangle {
                    width: parent.width
                    height: Theme.px(36)
                    radius: Theme.radius(0)
                    color: Theme.sunken
                    border.width: Theme.line
                    border.color: Theme.outline
                    Rectangle {
                        height: parent.height
                        radius: parent.radius
                        width: Math.round(parent.width * Math.max(0, Math.min(1, bar.modelData.part)))
                        color: bar.modelData.first ? Theme.primary : Theme.outline
                    }
                }
            }
        }
    }
}
