// Everything marked, in large plain words, before it is sealed. What was chosen comes first, for the eye, the keys and the
// ear alike; the way on is open once the last of it was on the screen.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen
    agreed: columns

    TwoColumns {
        id: columns
        leftSpan: 7
        rightSpan: 4
        leadingMatters: true
        leading: [
            StepBar {
                width: parent.width
                visible: Theme.wide
                step: screen.shown.step
            },
            Words {
                width: parent.width
                role: "h1"
                text: screen.shown.title
            },
            Repeater {
                model: screen.shown.lines
                ChosenCard {
                    required property var modelData
                    width: parent ? parent.width : 0
                    question: modelData.question
                    chose: screen.shown.chose
                    answers: modelData.chosen
                }
            }
        ]
        trailing: [
            StepBar {
                width: parent.width
                visible: !Theme.wide
                step: screen.shown.step
            },
            Advisory {
                text: screen.shown.advisory
            },
            Words {
                width: parent.width
                visible: text !== ""
                role: "caption"
                font.weight: Font.DemiBold
                leading: Theme.leadingTight
                text: screen.shown.eyebrow
            },
            Words {
                width: parent.width
                text: screen.shown.text
            },
            Notice {
                width: parent.width
                icon: "lock"
                text: screen.shown.secret
            }
        ]
    }
}
