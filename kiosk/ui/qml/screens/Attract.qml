// Nobody is here: who we are, put in your card, what you will need, what is being decided.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen
    readonly property int inset: Theme.px(Theme.low ? 26 : 36)

    Hero {
        id: hero
        width: parent.width
        height: Math.max(wordsBottom + Theme.px(Theme.light ? 150 : 32), Theme.px(Theme.portrait ? 330 : 392))
        title: screen.shown.title
        text: screen.shown.text
        crest: true
    }
    Pages {
        id: pages
        x: Theme.margin
        y: hero.wordsBottom + Theme.px(28)
        // Its buttons do not lie over the hero.
        railTop: Theme.portrait ? hero.height - y + Theme.space(1) : 0
        width: parent.width - 2 * Theme.margin
        height: parent.height - y

        Grid {
            id: grid
            readonly property int across: Theme.wide ? 3 : 1
            readonly property int each: Math.floor((pages.contentWidth - (across - 1) * Theme.gutter) / across)
            readonly property int tall: Theme.wide ? Math.max(pages.height - 2 * Theme.space(3),
                                                              need.implicitHeight, news.implicitHeight, put.implicitHeight) : 0
            topPadding: Theme.space(0)
            bottomPadding: Theme.space(2)
            columns: across
            spacing: Theme.gutter

            Card {
                id: put
                width: grid.each
                implicitHeight: putTitle.height + drawing.height + 2 * screen.inset + Theme.px(24)
                height: Math.max(grid.tall, implicitHeight)

                Words {
                    id: putTitle
                    x: screen.inset
                    y: screen.inset
                    width: parent.width - 2 * x
                    role: "h2"
                    font.weight: Font.Bold
                    horizontalAlignment: Text.AlignHCenter
                    text: qsTr("Your card goes in here")
                }
                CardDrawing {
                    id: drawing
                    anchors.horizontalCenter: parent.horizontalCenter
                    y: putTitle.y + putTitle.height + Math.max(Theme.px(24), (parent.height - putTitle.y - putTitle.height - height) / 2)
                    height: Theme.px(Theme.portrait ? 180 : Theme.low ? 250 : 340)
                    width: Math.round(height * 1.1)
                }
            }
            Card {
                id: need
                readonly property var things: [
                    { icon: "id", title: qsTr("Your Citizen Card"), text: qsTr("The chip goes in first and faces up.") },
                    { icon: "lock", title: qsTr("Your PIN"), text: qsTr("The six to eight digits that came with the card.") },
                    { icon: "clock", title: qsTr("A few minutes"), text: qsTr("There is no hurry: the screen waits for you.") }
                ]
                width: grid.each
                implicitHeight: needColumn.implicitHeight + 2 * screen.inset
                height: Math.max(grid.tall, implicitHeight)

                Column {
                    id: needColumn
                    x: screen.inset
                    y: screen.inset
                    width: parent.width - 2 * x
                    spacing: Theme.px(Theme.portrait ? 18 : 28)

                    Words {
                        width: parent.width
                        role: "h2"
                        font.weight: Font.Bold
                        text: qsTr("What you will need")
                    }
                    Repeater {
                        model: Theme.low ? need.things.slice(0, 2) : need.things
                        Row {
                            id: line
                            required property var modelData
                            width: parent.width
                            spacing: Theme.space(2)
                            Chip {
                                id: chip
                                icon: line.modelData.icon
                                side: Theme.px(84)
                            }
                            Column {
                                width: parent.width - chip.width - parent.spacing
                                spacing: Theme.px(2)
                                Words {
                                    width: parent.width
                                    role: "label"
                                    text: line.modelData.title
                                }
                                Words {
                                    width: parent.width
                                    role: "caption"
                                    leading: 1.35
                                    text: line.modelData.text
                                }
                            }
                        }
                    }
                }
            }
            Card {
                id: news
                readonly property bool quiet: screen.shown.notices.length === 0
                width: grid.each
                implicitHeight: newsColumn.implicitHeight + 2 * screen.inset
                height: Math.max(grid.tall, implicitHeight)

                Column {
                    id: newsColumn
                    x: screen.inset
                    // In low reach the arrows come down as far as the card does.
                    y: Theme.lowReach ? news.height - height - screen.inset : screen.inset
                    width: parent.width - 2 * x
                    spacing: Theme.px(22)

                    Words {
                        width: parent.width
                        role: "h2"
                        font.weight: Font.Bold
                        text: news.quiet ? qsTr("What you can do here") : qsTr("What is being decided")
                    }
                    Repeater {
                        model: news.quiet ? screen.shown.categories : []
                        Row {
                            id: line2
                            required property var modelData
                            width: parent.width
                            spacing: Theme.space(2)
                            Chip {
                                id: chip2
                                icon: line2.modelData.icon
                                side: Theme.px(72)
                                ground: Theme.category(line2.modelData.category)
                            }
                            Words {
                                anchors.verticalCenter: chip2.verticalCenter
                                width: parent.width - chip2.width - parent.spacing
                                role: "label"
                                text: line2.modelData.title
                            }
                        }
                    }
                    Advisory {
                        text: news.quiet ? "" : qsTr("Advisory vote")
                    }
                    Notices {
                        width: parent.width
                        visible: !news.quiet
                        notices: screen.shown.notices
                    }
                    Words {
                        width: parent.width
                        visible: !news.quiet
                        color: Theme.muted
                        text: qsTr("To vote, put in your card and touch “Participation”.")
                    }
                }
            }
        }
    }
}
