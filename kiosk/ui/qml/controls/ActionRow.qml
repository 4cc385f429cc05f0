// One line of a technician's page that can be pressed: what it is at the left, what a press does at the right.
import QtQuick
import "../theme"

Pressable {
    id: line
    property var row: ({})
    property int tight: 0
    // By the size of letters and the window, not by its own width: the rail of paging takes width, and the two would chase each other.
    readonly property bool beside: Theme.textSize < 2 || !Theme.portrait

    name: row.press ? row.name + ". " + row.press : row.name || ""
    note: [row.lightWords, row.text, row.todo].filter(said => said).join(". ")
    checkable: row.choice === true
    checked: row.chosen === true
    implicitHeight: Math.max(Theme.px(tight > 0 ? 84 : Theme.low ? 92 : 108), beside ? words.implicitHeight
                             : words.implicitHeight + (pill.visible ? pill.height + words.padding : 0))

    Rectangle {
        anchors.fill: parent
        radius: line.corner
        color: line.checked ? Theme.selected : line.down ? Theme.sunken : Theme.surface
        border.width: line.checked || line.row.light === "fault" ? Theme.lineStrong : Theme.line
        border.color: line.checked ? Theme.primary : line.row.light === "fault" ? Theme.danger : Theme.outline
    }
    StatusWords {
        id: words
        width: line.beside ? pill.x : parent.width
        y: line.beside ? Math.round((parent.height - height) / 2) : 0
        height: implicitHeight
        row: line.row
        tight: line.tight
        ink: line.checked ? Theme.selectedText : Theme.text
    }
    Badge {
        id: pill
        visible: text !== ""
        most: Math.round(line.width * (line.beside ? 0.42 : 0.85))
        x: line.beside ? parent.width - width - Theme.px(26) : Theme.px(28)
        y: line.beside ? Math.round((parent.height - height) / 2) : parent.height - height - words.padding
        text: line.row.press || ""
        colour: Theme.primary
    }
    Icon {
        visible: line.checked
        anchors.verticalCenter: parent.verticalCenter
        x: parent.width - width - Theme.px(28)
        name: "check"
        side: Theme.px(44)
        colour: Theme.selectedText
    }
}
