// One answer: a round mark (one of many) or a square one (several), a picture where it has one, the words, a note.
import QtQuick
import "../theme"

Pressable {
    id: row
    property string text
    property string detail
    // As Picture has it; `alt` is said with the words and not beside them.
    property string picture
    property string alt
    // Paddings give way before anything has to page.
    property int tight: 0
    // How large the words are; a choice of sizes shows each at its own.
    property int letters: Theme.body + Theme.px(3)

    readonly property color ink: checked ? Theme.selectedText : Theme.text

    name: text
    note: [detail, alt].filter(words => words !== "").join(". ")
    checkable: true
    readonly property int pad: Theme.px(tight > 0 || Theme.low ? 14 : 22)
    // Pictures give way, too, but never so far that two of them look alike; least of all in large letters.
    readonly property int drawn: picture === "" ? 0 : Theme.px(Theme.textSize > 1 ? (Theme.low ? 156 : tight > 1 ? 184 : 220)
                                                                                 : tight > 1 ? 128 : tight > 0 || Theme.low ? 156 : 196)
    implicitHeight: Math.max(Theme.px(tight > 1 ? 84 : tight > 0 || Theme.low ? 104 : 124), words.implicitHeight + 2 * pad,
                             drawn + 2 * Theme.px(tight > 0 ? 10 : 14))

    Rectangle {
        anchors.fill: parent
        radius: row.corner
        color: row.checked ? Theme.selected : row.down ? Theme.sunken : Theme.surface
        border.width: row.checked ? Theme.lineStrong : Theme.line
        border.color: row.checked ? Theme.primary : Theme.outline
    }
    Rectangle {
        id: mark
        width: Theme.px(50)
        height: width
        radius: row.exclusive ? width / 2 : Theme.radius(0)
        x: Theme.px(28)
        anchors.verticalCenter: parent.verticalCenter
        color: row.checked ? (Theme.light ? Theme.primary : Theme.selectedText) : "transparent"
        border.width: Theme.line + 1
        border.color: row.checked ? color : Theme.outline

        Icon {
            anchors.centerIn: parent
            visible: row.checked
            name: "check"
            side: Theme.px(36)
            colour: Theme.light ? Theme.primaryText : Theme.selected
        }
    }
    Picture {
        id: shown
        anchors.verticalCenter: parent.verticalCenter
        x: mark.x + mark.width + Theme.px(28)
        side: row.drawn
        picture: row.picture
    }
    Column {
        id: words
        anchors.verticalCenter: parent.verticalCenter
        x: mark.x + mark.width + Theme.px(28) + (shown.visible ? shown.width + Theme.px(28) : 0)
        width: parent.width - x - Theme.space(3)
        spacing: Theme.px(2)

        Words {
            width: parent.width
            role: "body"
            leading: Theme.leadingTight
            font.pixelSize: row.letters
            font.weight: Font.DemiBold
            color: row.ink
            text: row.text
            Accessible.ignored: true
        }
        Words {
            width: parent.width
            visible: text !== ""
            role: "caption"
            leading: 1.3
            color: row.checked ? Theme.selectedText : Theme.muted
            text: row.detail
            Accessible.ignored: true
        }
    }
}
