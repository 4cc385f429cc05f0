// Text size and colours, chosen by touching how they look.
import QtQuick
import "../theme"

Sheet {
    id: sheet
    title: qsTr("Accessibility")
    icon: "person"
    closeText: qsTr("Done")
    onClosed: stage.closeSheet()

    Column {
        width: parent ? parent.width : 0
        spacing: Theme.space(2)

        Words {
            role: "h2"
            width: parent.width
            text: qsTr("Text size")
        }
        Grid {
            id: sizes
            width: parent.width
            columns: 2
            spacing: Theme.space(2)
            Repeater {
                model: [qsTr("Normal"), qsTr("Large"), qsTr("Larger"), qsTr("Largest")]
                ChoiceRow {
                    required property int index
                    required property string modelData
                    objectName: "text_size_" + index
                    width: Math.floor((sizes.width - (sizes.columns - 1) * sizes.spacing) / sizes.columns)
                    text: modelData
                    checked: sheet.stage.textSize === index
                    onPressed: sheet.stage.setTextSize(index)
                }
            }
        }
        Words {
            role: "h2"
            width: parent.width
            topPadding: Theme.space(1)
            text: qsTr("Colours")
        }
        Grid {
            id: schemes
            width: parent.width
            columns: 2
            spacing: Theme.space(2)
            Repeater {
                model: [qsTr("Light"), qsTr("Black on white"), qsTr("White on black"), qsTr("Soft dark")]
                ChoiceRow {
                    required property int index
                    required property string modelData
                    objectName: "scheme_" + index
                    width: Math.floor((schemes.width - schemes.spacing) / 2)
                    text: modelData
                    checked: sheet.stage.scheme === index
                    onPressed: sheet.stage.setScheme(index)
                }
            }
        }
        Words {
            role: "caption"
            width: parent.width
            text: qsTr("Your choice holds until you leave.")
        }
    }
}
