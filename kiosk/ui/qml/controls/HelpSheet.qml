// Help for the page below: what you do here, what happens next, how you get out, and who helps when nothing does.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Sheet {
    id: sheet
    title: qsTr("Help")
    icon: "help"
    onClosed: stage.closeSheet()

    Column {
        width: parent ? parent.width : 0
        spacing: Theme.space(2)

        Repeater {
            model: [
                ...sheet.stage.view.helpLines,
                { icon: "building-community", text: qsTr("If something does not work, please ask at the municipal office.") }
            ]
            Row {
                id: line
                required property var modelData
                width: parent.width
                spacing: Theme.space(3)
                Icon {
                    id: sign
                    y: Theme.px(4)
                    name: line.modelData.icon
                    colour: Theme.primary
                    side: Theme.px(44)
                }
                Words {
                    width: line.width - sign.width - line.spacing
                    text: line.modelData.text
                }
            }
        }
        Contact {
            x: Theme.px(44) + Theme.space(3)
            width: parent.width - x
            lines: sheet.stage.contact
        }
    }
}
