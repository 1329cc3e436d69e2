"""Lists of people to contact 受众名单: the one way in which addresses leave the instance.

Belongs here: what an audience may ask for, whom it may reach, where its files lie. Does not belong
here: what customers are like (marts), what BI reads (assets/publish), access of one person to the
own data (assets/privacy). It runs after the publication, of what is published.
"""
