// Long work: what it does and how far it is.
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen

    Card {
        id: card
        readonly property int padding: Theme.px(64)
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.margin, Theme.px(1100))
        height: column.implicitHeight + 2 * padding

        Column {
            id: column
            x: card.padding
            y: card.padding
            width: card.width - 2 * card.padding
            spacing: Theme.space(3)

            Chip {
                anchors.horizontalCenter: parent.horizontalCenter
                icon: screen.shown.icon
                ground: Theme.primary
                ink: Theme.primaryText
                side: Theme.px(148)
            }
            Words {
                width: parent.width
                role: "h1"
                horizontalAlignment: Text.AlignHCenter
                text: screen.shown.title
            }
            ProgressWords {
                width: parent.width
                step: screen.shown.step
            }
            Words {
                width: parent.width
                color: Theme.muted
                horizontalAlignment: Text.AlignHCenter
                text: screen.shown.text
            }
        }
    }
}
