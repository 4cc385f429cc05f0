// One question and what was chosen, in large letters.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Card {
    id: card
    property string question
    property string chose
    property var answers: []
    readonly property int padding: Theme.px(Theme.low ? 28 : 40)

    implicitHeight: words.implicitHeight + 2 * padding

    Column {
        id: words
        x: card.padding
        y: card.padding
        width: parent.width - 2 * card.padding
        spacing: Theme.space(1)

        Words {
            width: parent.width
            color: Theme.muted
            text: card.question
        }
        Words {
            width: parent.width
            role: "caption"
            text: card.chose
        }
        Repeater {
            model: card.answers
            Row {
                id: chosen
                required property string modelData
                width: parent ? parent.width : 0
                spacing: Theme.space(2)

                Tick {
                    id: tick
                    side: Theme.px(60)
                    ground: Theme.primary
                    ink: Theme.primaryText
                }
                Words {
                    width: parent.width - tick.width - parent.spacing
                    y: Math.max(0, Math.round((tick.height - Theme.h1 * 1.2) / 2))
                    role: "h1"
                    text: chosen.modelData
                }
            }
        }
    }
}
