// One question a screen: the question at the left, the answers at the right, «Λευκό» last.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen
    // Half a low window holds the question in large letters and little besides.
    readonly property bool brief: Theme.lowReach && !Theme.portrait && Theme.textSize > 1

    TwoColumns {
        id: columns
        actions: true
        leading: [
            Grid {
                width: parent.width
                columns: screen.brief ? 2 : 1
                rowSpacing: Theme.space(2)
                StepBar {
                    width: screen.brief ? Math.round(parent.width / 2) : parent.width
                    step: screen.shown.step
                }
                Advisory {
                    text: screen.shown.advisory
                }
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
                visible: !screen.brief
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
                visible: !screen.brief
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
