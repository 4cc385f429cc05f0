// Pictures of results: table and bars, how far a decision has come, a place in a queue.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"
import "../controls"

Page {
    id: page
    columns: 1

    Specimen {
        width: page.each
        state_: "result"
        ResultBars {
            objectName: "results"
            width: page.each
            height: implicitHeight
            rows: page.shown.results
            note: page.shown.turnout
        }
    }
    Grid {
        width: page.each
        columns: Theme.wide ? 2 : 1
        columnSpacing: 2 * Theme.gutter
        rowSpacing: Theme.space(4)
        readonly property int half: Math.floor((width - (columns - 1) * columnSpacing) / columns)
        id: halves

        Specimen {
            width: halves.half
            state_: "implementation"
            Implementation {
                objectName: "implementation"
                width: halves.half
                items: page.shown.steps
            }
        }
        Specimen {
            width: halves.half
            state_: "queue: waiting, next, now"
            Repeater {
                model: page.shown.queue
                QueuePlace {
                    required property var modelData
                    width: halves.half
                    number: modelData.number
                    served: modelData.served
                    before: modelData.before
                    minutes: modelData.minutes
                }
            }
        }
    }
}
