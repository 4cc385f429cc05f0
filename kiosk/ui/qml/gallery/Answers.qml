// Answers: one, several, in order, a number.
pragma ComponentBehavior: Bound
import QtQuick
import "../controls"

Page {
    id: page

    Specimen {
        width: page.each
        state_: "one of many"
        Repeater {
            model: page.shown.answers
            ChoiceRow {
                required property int index
                required property var modelData
                width: page.each
                text: modelData.text
                detail: modelData.note
                checked: index === 1
                held: index === 2
            }
        }
    }
    Specimen {
        width: page.each
        state_: "several of many"
        Repeater {
            model: page.shown.answers
            ChoiceRow {
                required property int index
                required property var modelData
                width: page.each
                exclusive: false
                text: modelData.text
                detail: modelData.note
                checked: index < 2
                FocusRing {
                    visible: parent.index === 2
                }
            }
        }
    }
    Specimen {
        width: page.each
        state_: "in order"
        RankList {
            objectName: "rank"
            width: page.each
            items: page.shown.answers
            said: page.shown.moved
        }
    }
    Specimen {
        width: page.each
        state_: "scored"
        ScoreRow {
            objectName: "score"
            width: page.each
            text: page.shown.score.text
            detail: page.shown.score.note
            lowest: page.shown.score.lowest
            highest: page.shown.score.highest
            unknown: page.shown.score.unknown
            value: 4
        }
    }
    Specimen {
        width: page.each
        state_: "a number"
        Stepper {
            objectName: "stepper"
            width: page.each
            label: page.shown.people.text
            note: page.shown.people.note
            value: 2
            to: 9
        }
        Stepper {
            width: page.each
            label: page.shown.people.text
            value: 0
        }
    }
}
