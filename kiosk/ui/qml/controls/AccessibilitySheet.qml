// How the screen looks and behaves for this resident, chosen by touching how it looks.
import QtQuick
import booth
import "../theme"

Sheet {
    id: sheet
    property Voice voice: null
    title: qsTr("Accessibility")
    icon: "person"
    closeText: qsTr("Done")
    onClosed: stage.closeSheet()

    Column {
        width: parent ? parent.width : 0
        spacing: Theme.space(2)

        HearingChoices {
            width: parent.width
            visible: sheet.voice !== null
            voice: sheet.voice
        }
        SizeChoices {
            width: parent.width
            chosen: sheet.stage.textSize
            onPicked: index => sheet.stage.setTextSize(index)
        }
        Choices {
            width: parent.width
            title: qsTr("Colours")
            prefix: "scheme_"
            answers: [qsTr("Light"), qsTr("Black on white"), qsTr("White on black"), qsTr("Soft dark")]
            chosen: sheet.stage.scheme
            onPicked: index => sheet.stage.setScheme(index)
        }
        Choices {
            width: parent.width
            title: qsTr("Reach")
            prefix: "reach_"
            answers: [qsTr("Whole screen"), qsTr("Buttons low on the screen")]
            chosen: sheet.stage.lowReach ? 1 : 0
            onPicked: index => sheet.stage.setLowReach(index === 1)
        }
        Choices {
            width: parent.width
            title: qsTr("Movement on the screen")
            prefix: "motion_"
            answers: [qsTr("With movement"), qsTr("Without movement")]
            chosen: sheet.stage.motion ? 0 : 1
            onPicked: index => sheet.stage.setMotion(index === 0)
        }
        Choices {
            width: parent.width
            title: qsTr("What the screen shows")
            prefix: "simple_"
            answers: [qsTr("The whole screen"), qsTr("A simple screen")]
            chosen: sheet.stage.simple ? 1 : 0
            onPicked: index => sheet.stage.setSimple(index === 1)
        }
        Words {
            role: "caption"
            width: parent.width
            text: qsTr("Your choice holds until you leave.")
        }
    }
}
