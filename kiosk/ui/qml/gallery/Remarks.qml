// Remarks, marks, progress.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"
import "../controls"

Page {
    id: page

    Specimen {
        width: page.each
        state_: "notices"
        Repeater {
            model: ["info", "warning", "success"]
            Notice {
                required property string modelData
                width: page.each
                kind: modelData
                text: page.shown.remark
            }
        }
    }
    Specimen {
        width: page.each
        state_: "marks"
        Flow {
            width: parent.width
            spacing: Theme.space(2)
            Badge {
                text: page.shown.tile.badge
            }
            Advisory {
                text: page.shown.advisory
            }
            DemoMark {}
            Tick {}
            Tick {
                icon: "alert-triangle"
                ground: Theme.danger
                ink: Theme.surface
            }
            Chip {
                icon: "coin-euro"
                ground: Theme.category("financial")
            }
        }
    }
    Specimen {
        width: page.each
        state_: "steps and progress"
        StepBar {
            width: page.each
            step: page.shown.step
        }
        ProgressWords {
            width: page.each
            step: page.shown.step
        }
    }
    Specimen {
        width: page.each
        state_: "facts"
        Repeater {
            model: page.shown.facts
            Fact {
                required property var modelData
                width: page.each
                name: modelData.name
                value: modelData.value
            }
        }
    }
    Specimen {
        width: page.each
        state_: "a code to keep"
        QrPanel {
            width: page.each
            height: implicitHeight
            shown: page.shown.code
        }
    }
    Specimen {
        width: page.each
        state_: "notices in turn"
        Notices {
            width: page.each
            notices: page.shown.notices
        }
    }
}
