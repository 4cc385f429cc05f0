// A technician's work under way: what, and how much of it where that is known.
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
            Rectangle {
                visible: screen.shown.total > 0
                width: parent.width
                height: Theme.px(24)
                radius: height / 2
                color: Theme.surface
                border.width: Theme.line
                border.color: Theme.primary

                Rectangle {
                    height: parent.height
                    radius: height / 2
                    width: Math.round(parent.width * Math.min(1, screen.shown.done / Math.max(1, screen.shown.total)))
                    color: Theme.primary
                }
            }
            Words {
                width: parent.width
                visible: text !== ""
                color: Theme.muted
                horizontalAlignment: Text.AlignHCenter
                text: screen.shown.text
            }
        }
    }
}
