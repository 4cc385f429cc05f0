// A question over the screen, with one or two answers; nothing below it can be reached.
import QtQuick
import "../theme"

Sheet {
    id: dialog
    property string text
    property string warning

    Column {
        width: parent ? parent.width : 0
        spacing: Theme.space(2)
        Words {
            width: parent.width
            visible: text !== ""
            text: dialog.text
        }
        Notice {
            width: parent.width
            kind: "warning"
            role: "label"
            text: dialog.warning
        }
    }
}
