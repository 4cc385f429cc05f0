// Buttons, tiles and rows in every state.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"
import "../controls"

Page {
    id: page

    Repeater {
        model: [
            { state: "normal" },
            { state: "pressed", held: true },
            { state: "focused", focused: true },
            { state: "disabled", off: true }
        ]
        Specimen {
            id: one
            required property var modelData
            readonly property bool off: modelData.off === true
            readonly property bool held: modelData.held === true
            width: page.each
            state_: modelData.state

            Flow {
                width: parent.width
                spacing: Theme.space(3)
                PrimaryButton {
                    icon: "arrow-right"
                    text: page.shown.primary
                    enabled: !one.off
                    held: one.held
                    FocusRing {
                        visible: one.modelData.focused === true
                    }
                }
                SecondaryButton {
                    icon: "arrow-left"
                    text: page.shown.secondary
                    enabled: !one.off
                    held: one.held
                    FocusRing {
                        visible: one.modelData.focused === true
                    }
                }
                SecondaryButton {
                    iconOnly: true
                    icon: "help"
                    text: page.shown.secondary
                    enabled: !one.off
                    held: one.held
                }
                Rectangle {
                    width: head.width + 2 * Theme.space(2)
                    height: head.height + 2 * Theme.space(2)
                    color: Theme.header
                    Button {
                        id: head
                        anchors.centerIn: parent
                        onHeader: true
                        icon: "world"
                        text: page.shown.language
                        enabled: !one.off
                        held: one.held
                    }
                }
            }
            EntryRow {
                width: parent.width
                text: page.shown.entry.text
                detail: page.shown.entry.note
                enabled: !one.off
                held: one.held
                FocusRing {
                    visible: one.modelData.focused === true
                }
            }
            Tile {
                width: parent.width
                height: implicitHeight
                flat: true
                icon: "ballot-box"
                colour: Theme.category("participation")
                title: page.shown.tile.text
                text: page.shown.tile.note
                status: page.shown.tile.badge
                enabled: !one.off
                held: one.held
                FocusRing {
                    visible: one.modelData.focused === true
                }
            }
        }
    }
}
