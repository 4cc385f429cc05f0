// One category: icon chip, title, what waits there or why nothing can be done, a note, an arrow. Lying or standing; `steps`
// says how far its words give way, so that the four stay on one page (Menu.qml).
import QtQuick
import "../theme"

Pressable {
    id: tile

    property string title
    property string text
    property string icon
    property string status
    property color colour: Theme.primary
    property bool flat: false
    // Nothing can be done there: dashed and sunken, its reason in place of an arrow. A touch says the same in full.
    property bool asleep: false
    // 0: everything; 1: the note has gone; 2: all drawn together; 3: without an arrow; then the letters are a text size smaller each time, and
    // at last the icon makes room.
    property int steps: 0
    readonly property bool tight: steps > 1
    readonly property bool bare: steps > 2
    readonly property int smaller: Math.max(0, steps - 3)
    readonly property bool plain: flat && steps > Theme.textSize + 3

    name: title
    note: [status, text].filter(each => each !== "").join(". ")
    corner: Theme.radius(2)

    readonly property int padding: Theme.px(tight ? 10 : flat && Theme.lowReach ? 18 : flat && Theme.low ? 22 : flat ? 32 : 36)
    readonly property int side: Theme.px(!flat ? 124 : tight ? 84 : Theme.lowReach ? 100 : Theme.low ? 116 : 148)
    // Beside the words: the arrow, or room for it.
    readonly property bool arrowed: !asleep && !bare
    readonly property int wordsHeight: heading.implicitHeight + (line.visible ? gap + line.height : 0)
                                       + (remark.visible ? gap + remark.implicitHeight : 0)
    readonly property int gap: Theme.space(!flat || Theme.low ? 0 : 1)
    implicitHeight: flat ? Math.max(plain ? 0 : side, wordsHeight) + 2 * padding
                         : side + Theme.space(3) + wordsHeight + (asleep ? 0 : gap + arrow.height) + 2 * padding

    Card {
        anchors.fill: parent
        visible: !tile.asleep
        // Without its arrow the edge says that it can be pressed.
        edge: tile.bare || !Theme.light ? Theme.outline : Theme.divider
        edgeWidth: tile.bare || !Theme.light ? Theme.line : 1
        ground: !tile.enabled ? Theme.bg : tile.down ? Theme.sunken : Theme.surface
    }
    Rectangle {
        anchors.fill: parent
        visible: tile.asleep
        radius: tile.corner
        color: tile.down ? Theme.surface : Theme.sunken

        DashedEdge {
            corner: tile.corner
        }
    }
    Chip {
        id: chip
        visible: !tile.plain
        x: Math.max(tile.padding, Theme.px(22))
        y: tile.flat ? Math.round((tile.height - height) / 2) : tile.padding
        icon: tile.icon
        ground: tile.colour
        side: tile.side
    }
    Words {
        id: heading
        x: tile.flat && !tile.plain ? chip.x + chip.width + Theme.space(tile.tight ? 1 : 3)
           : Math.max(tile.padding, Theme.space(2))
        y: tile.flat ? Math.round((tile.height - tile.wordsHeight) / 2) : chip.y + chip.height + Theme.space(3)
        width: tile.width - x - Math.max(tile.padding, Theme.space(2)) - (tile.flat && tile.arrowed ? arrow.width + Theme.space(2) : 0)
        role: "h2"
        smaller: tile.smaller
        font.weight: Font.Bold
        color: tile.enabled && !tile.asleep ? Theme.text : Theme.disabledText
        text: tile.title
        Accessible.ignored: true
    }
    Item {
        id: line
        visible: tile.status !== ""
        x: heading.x
        y: heading.y + heading.height + tile.gap
        width: heading.width
        height: said.implicitHeight

        Icon {
            id: sign
            name: tile.asleep ? "hourglass-empty" : "clock"
            side: Math.round(said.font.pixelSize * 1.2)
            colour: said.color
        }
        Words {
            id: said
            x: sign.width + Theme.space(0)
            width: parent.width - x
            role: "label"
            smaller: tile.smaller
            color: tile.asleep ? Theme.text : tile.colour
            text: tile.status
            Accessible.ignored: true
        }
    }
    Words {
        id: remark
        visible: text !== "" && tile.steps === 0
        x: heading.x
        y: line.visible ? line.y + line.height + tile.gap : line.y
        width: heading.width
        role: "caption"
        leading: 1.35
        text: tile.text
        Accessible.ignored: true
    }
    Rectangle {
        id: arrow
        objectName: "arrow"
        visible: tile.arrowed
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
