// Nobody is here: where the card goes, and beside it what is being decided or, on a quiet day, what can be done here. All of
// it on one page: what only accompanies gives way, and what stands alone grows.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen
    readonly property int inset: Theme.px(Theme.low ? 26 : 36)
    readonly property int begins: hero.wordsBottom + Theme.px(28)
    readonly property int room: height - begins - Theme.space(2)
    readonly property int wide: width - 2 * Theme.margin
    // The card alone: in the simplified form, and where nothing is offered.
    readonly property bool alone: shown.notices.length === 0 && shown.categories.length === 0

    Hero {
        id: hero
        width: parent.width
        height: Math.min(wordsBottom + Theme.px(Theme.light ? 150 : 32), screen.begins + Math.round(screen.room / 2))
        drawing: Theme.textSize < 2
        title: screen.shown.title
        text: screen.shown.text
        crest: true
    }
    DecidedCard {
        id: news
        x: Theme.margin + (Theme.portrait ? 0 : put.width + Theme.gutter)
        y: screen.begins
        width: screen.wide - (Theme.portrait ? 0 : put.width + Theme.gutter)
        // Standing, it lies over the card's drawing, and its buttons come down into low reach with it.
        height: !Theme.portrait ? screen.room
                : Math.max(Math.round(screen.room * 0.48), Theme.reachTop - Theme.headerHeight - y + Theme.target + 2 * screen.inset)
        visible: !screen.alone
        inset: screen.inset
        shown: screen.shown
    }
    CardPlace {
        id: put
        readonly property bool under: Theme.portrait && !screen.alone
        x: Theme.margin
        y: under ? news.y + news.height + Theme.gutter : screen.begins
        width: Theme.portrait || screen.alone ? screen.wide : Theme.span(4)
        height: screen.height - Theme.space(2) - y
        inset: screen.inset
        large: screen.alone
        simple: screen.shown.simple === true
    }
}
