// One line of a technician's page that only tells.
import QtQuick
import "../theme"

Rectangle {
    id: line
    property var row: ({})
    property alias tight: words.tight
    // Pages never end in the middle of it.
    readonly property bool whole: true

    implicitHeight: words.implicitHeight
    radius: Theme.radius(1)
    color: Theme.surface
    border.width: row.light === "fault" ? Theme.lineStrong : Theme.light ? 1 : Theme.line
    border.color: row.light === "fault" ? Theme.danger : Theme.light ? Theme.divider : Theme.outline
    Accessible.role: Accessible.ListItem
    Accessible.name: [row.name, row.lightWords, row.text, row.todo].filter(said => said).join(". ")

    StatusWords {
        id: words
        width: parent.width
        row: line.row
    }
}
