// One thing to be scored, its ends in words: keys for each mark, and one for who does not know.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Item {
    id: row
    property string text
    property string detail
    property string lowest
    property string highest
    property string unknown
    property int marks: 5
    // 0: nothing yet; -1: they do not know.
    property int value: 0
    readonly property int gap: Math.max(12, Theme.px(13))

    signal scored(int value)

    implicitHeight: ends.y + ends.implicitHeight

    Column {
        id: words
        width: parent.width
        Words {
            width: parent.width
            role: "label"
            text: row.text
        }
        Words {
            width: parent.width
            visible: text !== ""
            role: "caption"
            leading: 1.3
            text: row.detail
        }
    }
    Flow {
        id: keys
        y: words.height + Theme.space(1)
        width: parent.width
        spacing: row.gap

        Repeater {
            model: row.marks
            Pressable {
                id: mark
                required property int index
                objectName: "score_" + (index + 1)
                width: Theme.px(96)
                height: Theme.targetBig
                name: index === 0 ? row.lowest : index === row.marks - 1 ? row.highest : String(index + 1)
                note: row.text
                checkable: true
                checked: row.value === index + 1
                onPressed: row.scored(index + 1)

                Rectangle {
                    anchors.fill: parent
                    radius: mark.corner
                    color: mark.checked ? Theme.selected : mark.down ? Theme.sunken : Theme.surface
                    border.width: mark.checked ? Theme.lineStrong : Theme.line
                    border.color: mark.checked ? Theme.primary : Theme.outline
                }
                Words {
                    anchors.centerIn: parent
                    role: "h2"
                    color: mark.checked ? Theme.selectedText : Theme.text
                    text: mark.index + 1
                    Accessible.ignored: true
                }
            }
        }
        Button {
            objectName: "score_unknown"
            height: Theme.targetBig
            checkable: true
            checked: row.value === -1
            icon: checked ? "check" : ""
            text: row.unknown
            note: row.text
            onPressed: row.scored(-1)
        }
    }
    Words {
        id: ends
        y: keys.y + keys.implicitHeight + Theme.px(6)
        width: parent.width
        role: "caption"
        leading: 1.3
        text: row.lowest + " → " + row.highest
        Accessible.ignored: true
    }
}
