// One question a screen: the question at the left, the answers at the right, «Λευκό» last.
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
            StepBar {
                width: parent.width
                step: screen.shown.step
            },
            Advisory {
                text: screen.shown.advisory
            },
            Words {
                width: parent.width
                role: "h1"
                text: screen.shown.title
            },
            Words {
                width: parent.width
                visible: text !== ""
                text: screen.shown.note
            },
            Words {
                width: parent.width
                color: Theme.muted
                text: screen.shown.how
            },
            SecondaryButton {
                objectName: "introduction"
                visible: screen.shown.introduction !== "" && !Theme.lowReach
                icon: "info-circle"
                text: qsTr("Read about this vote")
                onPressed: screen.stage.openSheet("introduction")
            },
            Words {
                width: parent.width
                role: "caption"
                text: screen.shown.closes
            }
        ]
        trailing: [
            SecondaryButton {
                objectName: "introduction"
                visible: screen.shown.introduction !== "" && Theme.lowReach
                icon: "info-circle"
                text: qsTr("Read about this vote")
                onPressed: screen.stage.openSheet("introduction")
            },
            Repeater {
                model: screen.shown.answers.length
                ChoiceRow {
                    required property int index
                    readonly property var answer: screen.shown.answers[index] || ({ text: "", note: "", chosen: false })
                    objectName: "answer_" + index
                    width: parent.width
                    text: answer.text
                    detail: answer.note
                    checked: answer.chosen
                    exclusive: !screen.shown.several
                    onPressed: screen.stage.mark(index)
                }
            },
            ChoiceRow {
                objectName: "blank"
                visible: Boolean(screen.shown.blank)
                width: parent.width
                text: screen.shown.blank ? screen.shown.blank.text : ""
                detail: screen.shown.blank ? screen.shown.blank.note : ""
                checked: screen.shown.blank ? screen.shown.blank.chosen : false
                onPressed: screen.stage.markBlank()
            }
        ]
    }
}
