// How far a decision has come: its steps one below the other, each with a sign and a word for its state.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Column {
    id: steps
    // Each { text, note, state: "done" | "now" | "later" }.
    property var items: []

    Repeater {
        model: steps.items.length
        Item {
            id: step
            required property int index
            readonly property var item: steps.items[index] || ({ text: "", note: "", state: "later" })
            readonly property bool done: item.state === "done"
            readonly property bool now: item.state === "now"
            readonly property string said: done ? qsTr("Carried out") : now ? qsTr("Being done now") : qsTr("Later")
            width: steps.width
            height: Math.max(sign.height, words.implicitHeight) + Theme.px(28)
            Accessible.role: Accessible.ListItem
            Accessible.name: item.text + ". " + said + ". " + item.note

            Rectangle {
                visible: step.index < steps.items.length - 1
                x: sign.x + Math.round((sign.width - width) / 2)
                y: sign.height
                width: Theme.lineStrong
                height: step.height - sign.height
                color: step.done ? Theme.primary : Theme.outline
            }
            Rectangle {
                id: sign
                width: Theme.px(64)
                height: width
                radius: width / 2
                color: step.done ? Theme.primary : Theme.surface
                border.width: step.now ? Theme.lineStrong : Theme.line
                border.color: step.done || step.now ? Theme.primary : Theme.outline
                Icon {
                    anchors.centerIn: parent
                    side: Theme.px(36)
                    name: step.done ? "check" : step.now ? "progress" : "clock"
                    colour: step.done ? Theme.primaryText : step.now ? Theme.primary : Theme.muted
                }
            }
            Column {
                id: words
                x: sign.width + Theme.space(2)
                width: parent.width - x
                spacing: Theme.px(2)
                Words {
                    width: parent.width
                    leading: Theme.leadingTight
                    font.weight: step.now ? Font.Bold : Font.DemiBold
                    text: step.item.text
                    Accessible.ignored: true
                }
                Words {
                    width: parent.width
                    role: "caption"
                    leading: 1.35
                    color: step.now ? Theme.text : Theme.muted
                    font.weight: step.now ? Font.DemiBold : Font.Normal
                    text: step.item.note ? step.said + " · " + step.item.note : step.said
                    Accessible.ignored: true
                }
            }
        }
    }
}
