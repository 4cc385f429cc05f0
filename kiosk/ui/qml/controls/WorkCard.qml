// Work under way: its icon and name, then whatever tells how far it is, then a sentence.
import QtQuick
import "../theme"

Card {
    id: card
    readonly property int padding: Theme.px(64)
    property alias icon: chip.icon
    property alias title: name.text
    property alias text: sentence.text
    default property alias progress: place.data

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
            id: chip
            anchors.horizontalCenter: parent.horizontalCenter
            ground: Theme.primary
            ink: Theme.primaryText
            side: Theme.px(148)
        }
        Words {
            id: name
            width: parent.width
            role: "h1"
            horizontalAlignment: Text.AlignHCenter
        }
        Column {  // takes no room while all in it is hidden
            id: place
            width: parent.width
        }
        Words {
            id: sentence
            width: parent.width
            visible: text !== ""
            color: Theme.muted
            horizontalAlignment: Text.AlignHCenter
        }
    }
}
