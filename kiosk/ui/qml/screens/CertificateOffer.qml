// What the certificate will say: whose record, what standing the paper has, who is on it.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen
    agreed: columns

    TwoColumns {
        id: columns
        leftSpan: 5
        rightSpan: 6
        rightSpacing: Theme.px(16)
        leading: [
            StepBar {
                width: parent.width
                step: screen.shown.step
            },
            Words {
                width: parent.width
                role: "h1"
                text: screen.shown.title
            },
            Words {
                width: parent.width
                color: Theme.muted
                text: screen.shown.text
            },
            Notice {
                width: parent.width
                kind: "warning"
                text: screen.shown.sample
            },
            Column {
                width: parent.width
                spacing: Theme.px(14)
                Repeater {
                    model: screen.shown.facts
                    Fact {
                        required property var modelData
                        width: parent.width
                        name: modelData.name
                        value: modelData.value
                    }
                }
            },
            Notice {
                width: parent.width
                icon: "file-certificate"
                text: screen.shown.standing
            }
        ]
        trailing: [
            Words {
                width: parent.width
                role: "label"
                text: screen.shown.contentTitle
            },
            Repeater {
                model: screen.shown.content
                Fact {
                    required property var modelData
                    width: parent.width
                    name: modelData.name
                    value: modelData.value
                }
            },
            Repeater {
                model: screen.shown.members
                MemberRow {
                    required property var modelData
                    width: parent.width
                    member: modelData
                }
            }
        ]
    }
}
