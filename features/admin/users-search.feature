Feature: Searching accounts

  Background:
    Given Root is an administrator
    And Ada has an account with email "countess@example.org"
    And Grace is a support agent

  Scenario Outline: Search by <query>
    Given Ada has the metadata '{"crew": "red", "level": 3, "deep": {"er": true}}'
    When Root requests the users with "<query>"
    Then the listed users are "<names>"
    And the response header Cache-Control is "no-store"

    Examples:
      | query                                 | names            |
      |                                       | grace, ada, root |
      | q=ad                                  | ada              |
      | q=OUNTESS                             | ada              |
      | q=nobody                              |                  |
      | role=support                          | grace            |
      | role=admin                            | root             |
      | role=unheard-of                       |                  |
      | status=active                         | grace, ada, root |
      | status=blocked                        |                  |
      | status=deleted                        |                  |
      | metadata.crew=red                     | ada              |
      | metadata.level=3                      | ada              |
      | metadata[crew]=red                    | ada              |
      | metadata%5Bdeep%5D%5Ber%5D=true       | ada              |
      | metadata[crew]=blue                   |                  |
      | metadata.deep.er=true                 | ada              |
      | metadata.crew=blue                    |                  |
      | q=a&role=support                      | grace            |
      | created_before=2020-01-01T00:00:00Z   |                  |
      | created_after=2020-01-01T00:00:00Z    | grace, ada, root |
      | limit=1                               | grace            |

  Scenario: Each account is listed once while accounts are added
    Given 130 accounts whose names start with "crowd"
    When Root pages through the users with "limit=20" while others register
    Then each of the 130 accounts whose names start with "crowd" is listed exactly once

  Scenario: A few matches are found among many newer accounts
    Given 3 accounts whose names start with "rare"
    And 1500 accounts whose names start with "crowd"
    When Root pages through the users with "limit=2&q=rare" while others register
    Then each of the 3 accounts whose names start with "rare" is listed exactly once

  Scenario Outline: Invalid query <query>
    When Root requests the users with "<query>"
    Then the request is rejected with 422 validation_failed
    And the response contains no internal details

    Examples:
      | query                       |
      | sort=password_hash          |
      | password_hash=x             |
      | email_verified=true         |
      | version=1                   |
      | order_by=id                 |
      | __proto__=x                 |
      | metadata=x                  |
      | metadata.__proto__=x        |
      | metadata.a=1&metadata.a=2   |
      | metadata.a=1&metadata[a]=1  |
      | metadata.a=%00              |
      | q=%00                       |
      | q=                          |
      | status=gone                 |
      | role=No!                    |
      | created_after=yesterday     |
      | cursor=abc                  |
      | limit=101                   |
