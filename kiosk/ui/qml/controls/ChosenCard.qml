// One question and what was chosen, in large letters, in one box that a page never cuts; and a way to say it otherwise.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Card {
    id: card
    property string question
    property var answers: []
    // Of each answer what Picture shows; empty where none has any.
    property var pictures: []
    property string change
    property string changeWords
    property int tight: 0
    // No room for a button as large as it must be: the way back leads there too.
    property bool slim: false
    readonly property int padding: Theme.px(tight > 0 || Theme.low ? 24 : 36)
    readonly property bool below: Theme.portrait && Theme.textSize > 1 || width < Theme.px(760)

    signal changing

    implicitHeight: words.implicitHeight + 2 * padding + (below && button.visible ? button.height + Theme.space(1) : 0)

    Column {
        id: words
        x: card.padding
        y: card.padding
        width: parent.width - 2 * card.padding - (card.below || !button.visible ? 0 : button.width + Theme.space(2))
        spacing: Theme.px(card.tight > 0 ? 8 : 14)

        Words {
            width: parent.width
            role: "caption"
            leading: Theme.leadingTight
            font.pixelSize: Math.round((Theme.caption + Theme.body) / 2)
            text: card.question
        }
        Repeater {
            model: card.answers
            Row {
                id: chosen
                required property int index
                required property string modelData
                readonly property var drawing: card.pictures[index] || ({ picture: "", alt: "" })
                width: parent ? parent.width : 0
                spacing: Theme.space(1)

                Tick {
                    id: tick
                    y: shown.visible ? Math.round((shown.height - height) / 2) : 0
                    side: Theme.px(52)
                    ground: Theme.primary
                    ink: Theme.primaryText
                }
                Picture {
                    id: shown
                    side: Theme.px(card.tight > 0 || Theme.low ? 104 : Theme.textSize > 1 ? 176 : 132)
                    picture: chosen.drawing.picture
                    alt: chosen.drawing.alt
                }
                Words {
                    width: parent.width - tick.width - parent.spacing - (shown.visible ? shown.width + parent.spacing : 0)
                    y: Math.max(0, Math.round(((shown.visible ? shown.height : tick.height) - Theme.h2 * 1.2) / 2))
                    role: "h2"
                    font.weight: Font.Bold
                    wrapMode: Text.Wrap
                    text: chosen.modelData
                }
            }
        }
    }
    SecondaryButton {
        id: button
        objectName: "change_" + card.change
        visible: card.change !== "" && !card.slim
        x: parent.width - width - card.padding
        y: parent.height - height - card.padding
        icon: "pencil"
        text: card.changeWords
        note: card.question
        onPressed: card.changing()
    }
}
