// Answers put in order by buttons, nothing is dragged; the last move is said in words too.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Column {
    id: list
    // Each { text, note }, best first.
    property var items: []
    property string said
    readonly property int count: items.length

    signal raised(int index)
    signal lowered(int index)

    function place(index) {
        return qsTr("Place %1 of %2").arg(index + 1).arg(count);
    }
    function shift(index, by) {
        said = qsTr("%1: now in place %2 of %3.").arg(items[index].text).arg(index + 1 + by).arg(count);
        if (by < 0)
            raised(index);
        else
            lowered(index);
    }

    spacing: Theme.space(1)

    Repeater {
        model: list.count
        Rectangle {
            id: row
            required property int index
            readonly property var answer: list.items[index] || ({ text: "", note: "" })
            width: list.width
            height: Math.max(Theme.target + 2 * Theme.px(18), words.implicitHeight + 2 * Theme.px(18))
            radius: Theme.radius(1)
            color: Theme.surface
            border.width: Theme.line
            border.color: Theme.outline
            Accessible.role: Accessible.ListItem
            Accessible.name: list.place(index) + ". " + answer.text
            Accessible.description: answer.note

            Rectangle {
                id: number
                x: Theme.px(24)
                anchors.verticalCenter: parent.verticalCenter
                width: Math.max(Theme.px(60), Math.round(Theme.h2 * 1.5))
                height: width
                radius: width / 2
                color: Theme.primary
                Words {
                    anchors.centerIn: parent
                    role: "h2"
                    color: Theme.primaryText
                    text: row.index + 1
                    Accessible.ignored: true
                }
            }
            Column {
                id: words
                anchors.verticalCenter: parent.verticalCenter
                x: number.x + number.width + Theme.px(24)
                width: up.x - x - Theme.space(1)
                spacing: Theme.px(2)
                Words {
                    width: parent.width
                    leading: Theme.leadingTight
                    font.weight: Font.DemiBold
                    text: row.answer.text
                    Accessible.ignored: true
                }
                Words {
                    width: parent.width
                    visible: text !== ""
                    role: "caption"
                    leading: 1.3
                    text: row.answer.note
                    Accessible.ignored: true
                }
            }
            Button {
                id: up
                objectName: "raise_" + row.index
                anchors.verticalCenter: parent.verticalCenter
                x: down.x - width - Theme.space(1)
                iconOnly: true
                implicitHeight: Theme.target
                icon: "arrow-up"
                text: qsTr("Higher: %1").arg(row.answer.text)
                note: list.place(row.index)
                enabled: row.index > 0
                onPressed: list.shift(row.index, -1)
            }
            Button {
                id: down
                objectName: "lower_" + row.index
                anchors.verticalCenter: parent.verticalCenter
                x: parent.width - width - Theme.px(18)
                iconOnly: true
                implicitHeight: Theme.target
                icon: "arrow-down"
                text: qsTr("Lower: %1").arg(row.answer.text)
                note: list.place(row.index)
                enabled: row.index < list.count - 1
                onPressed: list.shift(row.index, 1)
            }
        }
    }
    Words {
        width: parent.width
        visible: text !== ""
        role: "caption"
        text: list.said
        Accessible.role: Accessible.AlertMessage
    }
}
