// One category: icon chip, title, note, arrow. Tall in landscape, a row in portrait.
import QtQuick
import "../theme"

Pressable {
    id: tile

    property string title
    property string text
    property string icon
    property string badge
    property color colour: Theme.primary
    property bool flat: false

    name: title
    note: badge ? badge + ". " + text : text
    corner: Theme.radius(2)

    readonly property int padding: Theme.px(flat && Theme.lowReach ? 18 : flat && Theme.low ? 22 : flat ? 32 : 36)
    readonly property int flatChip: Theme.px(Theme.lowReach ? 100 : Theme.low ? 116 : 148)
    implicitHeight: flat ? Math.max(flatChip, words.implicitHeight) + 2 * padding
                         : chip.height + Theme.space(3) + words.implicitHeight + arrow.height + 2 * padding

    Card {
        anchors.fill: parent
        ground: !tile.enabled ? Theme.bg : tile.down ? Theme.sunken : Theme.surface
    }
    Chip {
        id: chip
        x: tile.padding
        y: tile.flat ? Math.round((tile.height - height) / 2) : tile.padding
        icon: tile.icon
        ground: tile.colour
        side: tile.flat ? tile.flatChip : Theme.chip
    }
    Column {
        id: words
        spacing: Theme.space(0)
        x: tile.flat ? chip.x + chip.width + Theme.space(3) : tile.padding
        y: tile.flat ? Math.round((tile.height - height) / 2) : chip.y + chip.height + Theme.space(3)
        width: tile.flat ? arrow.x - x - Theme.space(2) : tile.width - 2 * tile.padding

        Words {
            width: parent.width
            role: "h2"
            font.weight: Font.Bold
            color: tile.enabled ? Theme.text : Theme.disabledText
            text: tile.title
            Accessible.ignored: true
        }
        Words {
            width: parent.width
            role: "caption"
            leading: 1.35
            text: tile.text
            Accessible.ignored: true
        }
        Badge {
            visible: tile.badge !== ""
            most: words.width
            text: tile.badge
            colour: tile.colour
        }
    }
    Rectangle {
        id: arrow
        objectName: "arrow"
        width: Theme.px(64)
        height: width
        radius: width / 2
        x: tile.width - tile.padding - width
        y: tile.flat ? Math.round((tile.height - height) / 2) : tile.height - tile.padding - height
        color: tile.down ? tile.colour : "transparent"
        border.width: tile.enabled ? Theme.line : 0
        border.color: tile.colour

        Icon {
            anchors.centerIn: parent
            name: tile.enabled ? "arrow-right" : "lock"
            side: Theme.px(36)
            colour: !tile.enabled ? Theme.disabledText : tile.down ? Theme.chipText : tile.colour
        }
    }
}
