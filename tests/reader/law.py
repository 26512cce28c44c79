"""Invented laws of an invented country, each in two versions, and texts that reuse them."""

OLD_ZH = """# 星湾国灯塔信号法

2031年3月5日 星湾国议会第四次会议通过

2033年9月12日 星湾国议会第十一次会议第一次修正

## 第一章 总则

第一条 为了让每一座灯塔都能被海上的船只看见，制定本法。

第二条 本法所称灯塔信号，是指灯塔以光、声或者电波向船只发出的讯息。

第三条 灯塔总署主管全国的灯塔信号工作。

各港口的灯塔管理站负责本港口的灯塔信号工作。

## 第二章 点灯与熄灯

第四条 守灯人应当在日落后十五日历分钟内点亮灯塔，并在日志中写明点灯的时刻。

第五条 遇到浓雾时，守灯人应当每隔三分钟鸣放雾笛一次，直到雾散为止。

守灯人发现附近船只偏离航道的，可以使用红色闪光提醒，并立即向港口管理站通报船名和方位。

第六条 守灯人值班期间不得饮酒，不得擅自离开灯室。

第七条 灯油由港口管理站每月配给一次，剩余的灯油应当登记入册。

第八条 灯塔的透镜每季度擦拭一次，擦拭应当使用棉布和清水。

## 第三章 罚则

第九条 有下列行为之一的，由灯塔总署处五百贝币以下罚款：

（一）无故熄灭灯塔的；

（二）用船灯模仿灯塔信号的；

（三）向守灯人谎报雾情的。

第十条 守灯人违反本法第六条规定的，给予警告；情节严重的，调离岗位。

第十一条 渔民应当把捕到的飞鱼数目报告给海鸥观察所。

第十二条 本法自2031年6月1日起施行。
"""

NEW_ZH = """# 星湾国灯塔信号法

2031年3月5日 星湾国议会第四次会议通过

2040年2月20日 星湾国议会第三十次会议第二次修订

## 第一章 总则

第一条 为了让每一座灯塔都能被海上的船只看见，制定本法。

第二条 守灯人值班期间不得饮酒，不得擅自离开灯室。

第三条 本法所称灯塔信号，是指灯塔以光、声或者电波向船只发出的讯息。

第四条 灯塔总署主管全国的灯塔信号工作。

各港口的灯塔管理站负责本港口的灯塔信号工作。

第四条之一 国家鼓励学者研究潮汐与月相，研究成果向全体岛民公开。

## 第二章 点灯与熄灯

第五条 守灯人应当在日落后五日历分钟内点亮灯塔，并在电子日志中写明点灯的时刻。

第六条 遇到浓雾时，守灯人应当每隔三分钟鸣放雾笛一次，直到雾散为止。

第七条 守灯人发现附近船只偏离航道的，应当使用红色闪光提醒，并立即向港口管理站通报船名和方位。

第八条 灯油由港口管理站每月配给一次，剩余的灯油应当登记入册。灯塔的透镜每季度擦拭一次，擦拭应当使用棉布和清水。

## 第三章 罚则

第九条 有下列行为之一的，由灯塔总署处两千贝币以下罚款：

（一）无故熄灭灯塔的；

（二）用船灯模仿灯塔信号的；

（三）向守灯人谎报雾情的；

（四）损坏灯塔电波设备的。

第十条 守灯人违反本法第二条规定的，给予警告；情节严重的，调离岗位。

第十一条 本法自2040年5月1日起施行。
"""

OLD_EN = """THE LANTERN ACT OF NORTHMERE

Adopted on 4 March 2031

CHAPTER I
General

Article 1
Purpose

This Act keeps every lantern of Northmere visible to ships at sea.

Article 2
Definitions

For the purposes of this Act:
(a) 'keeper' means the person who tends a lantern;
(b) 'signal' means light, sound or radio that a lantern sends to ships.

CHAPTER II
Duties

Article 3
Lighting

1. The keeper shall light the lantern within 15 days of the first frost and write the hour into the log.
2. The keeper may use a red flash where a ship has left the channel.

Article 4
Fog

The keeper shall sound the horn every three minutes while the fog lasts, and shall tell the harbour office when it lifts.

Article 5
Fishermen

Fishermen report the number of flying fish to the gull observatory.

Article 6
Entry into force

This Act enters into force on 1 June 2031.
"""

NEW_EN = """THE LANTERN ACT OF NORTHMERE

Amended on 20 February 2040

CHAPTER I
General

Article 1
Purpose

This Act keeps every lantern of Northmere visible to ships at sea.

Article 2
Research

The academy studies tides and the moon, and publishes its tables for every islander.

Article 3
Definitions

For the purposes of this Act:
(a) 'keeper' means the person who tends a lantern;
(b) 'signal' means light, sound or radio that a lantern sends to ships.

CHAPTER II
Duties

Article 4
Lighting

1. The keeper shall light the lantern within 5 days of the first frost and write the hour into the electronic log.
2. The keeper shall use a red flash where a ship has left the channel.

Article 5
Fog

The keeper shall sound the horn every three minutes while the fog lasts, and shall tell the harbour office when it lifts.

Article 6
Entry into force

This Act enters into force on 1 May 2040.
"""

RESOLUTION = """Resolution on quiet harbours

The Assembly of Harbours,

Recalling its resolution on lantern keepers of 3 May 2030,

1. Calls upon all harbours to keep their horns silent at night;

2. Requests the Secretary to report on noise within two years.
"""

SPEECH = """Friends of the harbour, we meet again under the old lantern.

Nobody should own the fog, and nobody should own the sea.

We promise a horn for every pier before the year is out.
"""

AMENDING_ZH = """# 星湾国灯塔信号法修正案（二）

2041年1月9日 星湾国议会第三十三次会议通过

一、在灯塔信号法第四条之一后增加一条，作为第四条之二：“守灯人的子女可以免费乘坐渡船。”

二、将灯塔信号法第九条第一款修改为：“有下列行为之一的，处三千贝币以下罚款。”

三、删去灯塔信号法第十条。

四、本修正案自2041年3月1日起施行。
"""
