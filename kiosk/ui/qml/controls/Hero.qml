// The deep-blue ground of the first screens: a title, a sentence, a drawing, one bright stripe below.
import QtQuick
import "../theme"

Item {
    id: hero
    property string title
    property string text
    property bool drawing: true
    // The municipality's crest stands beside the words; the header then has none.
    property bool crest: false
    readonly property int wordsBottom: Math.max(words.y + words.height, disc.visible ? disc.y + disc.height : 0)
    // Where the last letter ends: the drawing never lies under one.
    readonly property int lettersEnd: Math.ceil(words.x + Math.max(name.contentWidth, sentence.contentWidth))

    Rectangle {
        y: -Theme.headerHeight
        width: parent.width
        height: parent.height + Theme.headerHeight
        color: Theme.header
    }
    Icon {
        id: town
        // Seen or gone: only where the scheme has a colour for it, and room for more than a few roofs.
        readonly property int room: hero.width - hero.lettersEnd - Theme.margin
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        visible: hero.drawing && Theme.light && hero.height > Theme.px(200) && room > Theme.px(480)
        height: Math.min(hero.height - Theme.px(16), Theme.px(400), Math.floor(room / 2.4))
        width: Math.round(height * 2.4)
        name: "town"
        colour: Theme.headerArt
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: Theme.stripeHeight
        color: Theme.light ? Theme.stripe : Theme.divider
    }
    Rectangle {
        id: disc
        visible: hero.crest
        x: Theme.margin
        y: words.y
        width: Theme.px(Theme.low ? 120 : 152)
        height: width
        radius: width / 2
        color: Theme.header
        border.width: Theme.line
        border.color: Theme.headerOutline

        Crest {
            anchors.centerIn: parent
            side: parent.width - 2 * Theme.px(8)
        }
    }
    Column {
        id: words
        x: Theme.margin + (disc.visible ? disc.width + Theme.space(3) : 0)
        y: Theme.px(Theme.low ? 28 : 36)
        width: Math.min(hero.width - Theme.margin - x, hero.drawing ? Theme.px(1000) : hero.width)
        // Beside the crest they stand in its middle.
        topPadding: disc.visible ? Math.max(0, Math.round((disc.height - name.height - spacing - sentence.height) / 2)) : 0
        spacing: Theme.space(Theme.low ? 0 : 1)

        Words {
            id: name
            width: parent.width
            role: "display"
            leading: 1.15
            color: Theme.headerText
            text: hero.title
        }
        Words {
            id: sentence
            width: parent.width
            color: Theme.headerMuted
            text: hero.text
        }
    }
}
