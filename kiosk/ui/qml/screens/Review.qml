// Everything marked, in large plain words, before it is sealed.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen

    TwoColumns {
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
                text: screen.shown.text
            },
            Notice {
                width: parent.width
                icon: "lock"
                text: screen.shown.secret
            }
        ]
        trailing: [
            Words {
                width: parent.width
                role: "caption"
                font.weight: Font.DemiBold
                leading: Theme.leadingTight
                text: screen.shown.eyebrow
            },
            Repeater {
                model: screen.shown.lines
                Card {
                    id: line
                    required property var modelData
                    readonly property int padding: Theme.px(40)
                    width: parent.width
                    height: words.implicitHeight + 2 * padding

                    Column {
                        id: words
                        x: line.padding
                        y: line.padding
                        width: parent.width - 2 * line.padding
                        spacing: Theme.space(1)

                        Words {
                            width: parent.width
                            color: Theme.muted
                            text: line.modelData.question
                        }
                        Words {
                            width: parent.width
                            role: "caption"
                            text: screen.shown.chose
                        }
                        Repeater {
                            model: line.modelData.chosen
                            Row {
                                id: chosen
                                required property string modelData
                                width: parent.width
                                spacing: Theme.space(2)

                                Tick {
                                    id: tick
                                    side: Theme.px(60)
                                    ground: Theme.primary
                                    ink: Theme.primaryText
                                }
                                Words {
                                    width: parent.width - tick.width - parent.spacing
                                    y: Math.max(0, Math.round((tick.height - Theme.h1 * 1.2) / 2))
                                    role: "h1"
                                    text: chosen.modelData
                                }
                            }
                        }
                    }
                }
            }
        ]
    }
}
