// What one category offers; an empty one says so honestly.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen

    TwoColumns {
        id: columns
        actions: true
        leading: [
            Chip {
                icon: screen.shown.icon
                ground: Theme.category(screen.shown.category)
            },
            Words {
                width: parent.width
                role: "h1"
                text: screen.shown.title
            },
            Words {
                width: parent.width
                visible: text !== ""
                color: Theme.muted
                text: screen.shown.text
            },
            Advisory {
                text: screen.shown.advisory
            }
        ]
        trailing: [
            Repeater {
                model: screen.shown.entries
                EntryRow {
                    required property var modelData
                    objectName: "entry_" + modelData.key
                    width: parent.width
                    text: modelData.title
                    detail: modelData.note
                    enabled: modelData.available
                    colour: Theme.category(screen.shown.category)
                    onPressed: screen.stage.choose(modelData.key)
                }
            },
            Card {
                visible: screen.shown.entries.length === 0
                width: parent.width
                height: empty.implicitHeight + 2 * Theme.px(48)

                Column {
                    id: empty
                    x: Theme.px(48)
                    y: Theme.px(48)
                    width: parent.width - 2 * x
                    spacing: Theme.space(2)

                    Icon {
                        name: "inbox"
                        side: Theme.px(84)
                        colour: Theme.muted
                    }
                    Words {
                        width: parent.width
                        text: screen.shown.empty
                    }
                    Words {
                        width: parent.width
                        color: Theme.muted
                        text: screen.shown.emptyTodo
                    }
                    Contact {
                        width: parent.width
                        lines: screen.shown.contact
                    }
                }
            }
        ]
    }
}
