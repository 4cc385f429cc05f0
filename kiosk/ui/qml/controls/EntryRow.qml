// One line of a category. A closed one stands with a dashed edge and a lock, and its note says why.
import QtQuick
import "../theme"

Pressable {
    id: row
    property string text
    property string detail
    property color colour: Theme.primary
    property int tight: 0
    // It says why it is closed when it is touched.
    property bool closed: false

    name: text
    note: detail
    implicitHeight: Math.max(Theme.px(tight > 0 ? 108 : 148), words.implicitHeight + 2 * Theme.px(tight > 0 ? 16 : 30))

    Shadow {
        anchors.fill: parent
        radius: row.corner
        visible: Theme.light && !row.closed
    }
    Rectangle {
        anchors.fill: parent
        radius: row.corner
        color: row.closed ? Theme.bg : row.down ? Theme.sunken : Theme.surface
        border.width: !row.closed ? Theme.line : 0
        border.color: Theme.outline
    }
    DashedEdge {
        visible: row.closed
        corner: row.corner
    }
    Column {
        id: words
        anchors.verticalCenter: parent.verticalCenter
        x: Theme.px(36)
        width: arrow.x - x - Theme.space(2)
        spacing: Theme.px(4)

        Words {
            width: parent.width
            role: "h2"
            font.pixelSize: Math.round((Theme.h2 + Theme.body) / 2)
            color: !row.closed ? Theme.text : Theme.disabledText
            text: row.text
            Accessible.ignored: true
        }
        Words {
            width: parent.width
            visible: text !== ""
            role: "caption"
            leading: 1.35
            text: row.detail
            Accessible.ignored: true
        }
    }
    Rectangle {
        id: arrow
        anchors.verticalCenter: parent.verticalCenter
        x: parent.width - width - Theme.px(36)
        width: Theme.px(64)
        height: width
        radius: width / 2
        color: row.down ? row.colour : "transparent"
        border.width: !row.closed ? Theme.line : 0
        border.color: row.colour

        Icon {
            anchors.centerIn: parent
            name: !row.closed ? "arrow-right" : "lock"
            side: Theme.px(36)
            colour: row.closed ? Theme.disabledText : row.down ? Theme.chipText : row.colour
        }
    }
}
