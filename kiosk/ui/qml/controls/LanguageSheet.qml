// Every language of the booth, each by its own name.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Sheet {
    id: sheet
    title: qsTr("Language")
    icon: "world"
    onClosed: stage.closeSheet()

    Column {
        width: parent ? parent.width : 0
        spacing: Theme.space(2)

        Repeater {
            model: sheet.stage.languages
            ChoiceRow {
                required property var modelData
                objectName: "language_" + modelData.code
                width: parent.width
                text: modelData.name
                detail: modelData.note
                checked: modelData.chosen
                onPressed: sheet.stage.setLanguage(modelData.code)
            }
        }
        Words {
            role: "caption"
            width: parent.width
            text: qsTr("What the municipality itself writes, such as the questions of a vote, is in Greek and English.")
        }
    }
}
