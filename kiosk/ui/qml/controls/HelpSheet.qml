// Help in plain words.
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
                { icon: "credit-card", text: qsTr("Put in your Citizen Card and leave it in its place until the screen asks you to take it.") },
                { icon: "lock", text: qsTr("Your PIN came with your card. Do not tell it to anyone; the municipality never asks for it by telephone.") },
                { icon: "arrow-left", text: qsTr("“Back” takes you one step back. “Cancel” ends your visit; nothing that you have not confirmed is kept.") },
                { icon: "clock", text: qsTr("There is no hurry. Before the screen closes it asks whether you need more time.") },
                { icon: "building-community", text: qsTr("If something does not work, please ask at the municipal office. If the screen shows a code, tell them the code.") }
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
    }
}
