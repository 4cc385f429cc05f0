// One page for the technician: a title, and rows that tell or can be pressed.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen

    TwoColumns {
        id: columns
        actions: true
        leftSpan: 4
        rightSpan: 8
        rightSpacing: Math.max(12, Theme.px(14))
        leading: [
            // Where the words stand above the rows in a low window, the rows want its room.
            Chip {
                visible: columns.sideBySide || Theme.portrait
                icon: "tool"
                ground: Theme.primary
                ink: Theme.primaryText
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
            }
        ]
        trailing: [
            Repeater {
                model: screen.shown.rows
                Loader {
                    id: place
                    required property var modelData
                    width: parent ? parent.width : 0
                    sourceComponent: modelData.key ? action : told

                    Component {
                        id: told
                        StatusRow {
                            width: place.width
                            row: place.modelData
                        }
                    }
                    Component {
                        id: action
                        ActionRow {
                            objectName: "row_" + place.modelData.place
                            width: place.width
                            row: place.modelData
                            onPressed: screen.stage.choose(place.modelData.key)
                        }
                    }
                }
            }
        ]
    }
}
