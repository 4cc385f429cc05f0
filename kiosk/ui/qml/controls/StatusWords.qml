// What a technician reads of one thing: its light as shape and word, its name, what was seen, what to do.
import QtQuick
import "../theme"

Item {
    id: status
    property var row: ({})
    property color ink: Theme.text
    readonly property color lamp: row.light === "fault" ? Theme.danger : row.light === "well" ? Theme.success : Theme.text
    property int tight: 0
    readonly property int padding: Theme.px(tight > 0 ? 12 : Theme.low ? 16 : 22)

    implicitHeight: words.implicitHeight + 2 * padding

    Icon {
        id: shape
        visible: Boolean(status.row.light)
        x: Theme.px(26)
        y: status.padding + Theme.px(2)
        name: status.row.icon || "circle-check"
        colour: status.lamp
        side: Theme.px(44)
    }
    Column {
        id: words
        x: status.row.light ? shape.x + shape.width + Theme.px(22) : Theme.px(28)
        y: status.padding
        width: status.width - x - Theme.px(24)
        spacing: Theme.px(4)

        Words {
            width: parent.width
            role: "body"
            leading: Theme.leadingTight
            font.weight: Font.DemiBold
            color: status.ink
            text: status.row.name || ""
            Accessible.ignored: true
        }
        Words {
            width: parent.width
            visible: text !== ""
            role: "caption"
            leading: 1.3
            color: status.ink
            text: (status.row.lightWords && status.row.light !== "well" ? status.row.lightWords + ": " : "") + (status.row.text || "")
            Accessible.ignored: true
        }
        Words {
            width: parent.width
            visible: text !== ""
            role: "caption"
            leading: 1.3
            font.weight: Font.DemiBold
            color: status.ink
            text: status.row.todo || ""
            Accessible.ignored: true
        }
    }
}
