// One answer: a round mark (one of many) or a square one (several), the words, a note.
import QtQuick
import "../theme"

Pressable {
    id: row
    property string text
    property string detail
    // Paddings give way before anything has to page.
    property int tight: 0
    // How large the words are; a choice of sizes shows each at its own.
    property int letters: Theme.body + Theme.px(3)

    readonly property color ink: checked ? Theme.selectedText : Theme.text

    name: text
    note: detail
    checkable: true
    readonly property int pad: Theme.px(tight > 0 || Theme.low ? 14 : 22)
    implicitHeight: Math.max(Theme.px(tight > 1 ? 84 : tight > 0 || Theme.low ? 104 : 124), words.implicitHeight + 2 * pad)

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
    Column {
        id: words
        anchors.verticalCenter: parent.verticalCenter
        x: mark.x + mark.width + Theme.px(28)
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
